# Chains of bands over three windows and a result, and the rate standardised by iterated regressions.
#
# Run with: Rscript tests/reference/scripts/missing_follow_up.R
# Writes tests/reference/missing_follow_up.csv, the chains, and prints the numbers that test_r_missing_follow_up.py holds.
# The method is the iterated conditional expectation form of the g-formula with saturated regressions (lm on all pairs of
# bands), which is another way to the same numbers as shares applied step by step. Bands 1 to 3, 0 is not seen.
set.seed(20261128)
n <- 3000
band <- matrix(0L, n, 3)
first <- sample(1:3, n, TRUE, c(.3, .3, .4))
move <- function(from) ifelse(runif(length(from)) < .6, from, sample(1:3, length(from), TRUE))
second <- move(first)
third <- move(second)
met <- as.integer(runif(n) < c(.8, .5, .15)[third])
# Leaving depends on the band seen last; once gone, nothing is seen.
leave <- function(seen) runif(length(seen)) < c(.05, .15, .35)[seen]
gone1 <- leave(first)
gone2 <- gone1 | leave(second)
gone3 <- gone2 | leave(third)
d <- data.frame(one = first, two = ifelse(gone1, 0L, second), three = ifelse(gone2, 0L, third), met = ifelse(gone3, -1L, met))

standardised <- function(d, weight = rep(1, nrow(d))) {
  # From the last window back: regress on the two bands before among those observed, predict for all who reached them.
  d$w <- weight
  d$value <- ifelse(d$met >= 0, d$met, NA)
  last <- lm(value ~ factor(three) * factor(two), d[!is.na(d$value), ], weights = w)
  reached <- d$three > 0
  d$v3 <- NA
  d$v3[reached] <- predict(last, d[reached, ])
  middle <- lm(v3 ~ factor(two) * factor(one), d[reached, ], weights = w)
  reached <- d$two > 0
  d$v2 <- NA
  d$v2[reached] <- predict(middle, d[reached, ])
  first <- lm(v2 ~ factor(one), d[reached, ], weights = w)
  weighted.mean(predict(first, d), d$w)
}

cells <- aggregate(n ~ one + two + three + met, transform(d, n = 1L), sum)
out <- file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "..", "missing_follow_up.csv")
write.csv(cells, out, row.names = FALSE, quote = FALSE)
cat(sprintf("observed %.9f\n", mean(d$met[d$met >= 0] == 1)))
cat(sprintf("truth in this sample %.9f\n", mean(met)))
cat(sprintf("standardised %.9f\n", suppressWarnings(standardised(d))))
rates <- replicate(4000, {
  drawn <- as.vector(rmultinom(1, n, cells$n / n))
  suppressWarnings(standardised(cells[drawn > 0, ], drawn[drawn > 0]))
})
cat(sprintf("bootstrap, 4000 draws: 2.5 %% %.4f, 97.5 %% %.4f\n", quantile(rates, .025, type = 1), quantile(rates, .975, type = 1)))
