# Rscript funnel.R: funnel limits for twelve proportions with additive overdispersion, in base R, from the formulas of
# Spiegelhalter 2005 (Stat Med 24:1185) and Spiegelhalter 2012 (J R Stat Soc A 175:1); indirect standardisation beside.
met <- c(58, 41, 30, 22, 63, 12, 47, 9, 28, 70, 19, 33)
n   <- c(120, 75, 80, 61, 90, 40, 88, 33, 52, 104, 60, 71)
target <- sum(met) / sum(n)
y <- asin(sqrt(met / n)); s <- 1 / (2 * sqrt(n))
z <- (y - asin(sqrt(target))) / s
ends <- quantile(z, c(0.1, 0.9))
phi <- mean(pmin(pmax(z, ends[1]), ends[2])^2)
w <- 1 / s^2; k <- length(n)
tau2 <- if (k * phi > k - 1) (k * phi - (k - 1)) / (sum(w) - sum(w^2) / sum(w)) else 0
limit <- function(confidence, side, between)
  sin(asin(sqrt(target)) + side * qnorm(1 - (1 - confidence) / 2) * sqrt(s^2 + between))^2
show <- function(name, x) cat(name, paste(formatC(x, digits = 10, format = "g"), collapse = ", "), "\n")
show("target", target); show("z", z); show("phi", phi); show("tau2", tau2)
for (confidence in c(0.95, 0.998)) for (side in c(-1, 1)) show(paste(confidence, side), limit(confidence, side, tau2))
show("without tau2, 0.95 -1", limit(0.95, -1, 0))

# Three sites, two strata: trials and successes by site (rows) and stratum (columns).
trials    <- matrix(c(40, 10, 20, 20, 10, 50), 3, byrow = TRUE)
successes <- matrix(c(24, 3, 14, 4, 5, 20), 3, byrow = TRUE)
rate <- colSums(successes) / colSums(trials)
expected <- as.vector(trials %*% rate)
adjusted <- rowSums(successes) / expected * sum(successes) / sum(trials)
interval <- t(mapply(function(x, m) prop.test(x, m, correct = FALSE)$conf.int, rowSums(successes), rowSums(trials)))
show("expected", expected / rowSums(trials)); show("adjusted", adjusted)
show("lower", interval[, 1] * rowSums(trials) / expected * sum(successes) / sum(trials))
show("upper", interval[, 2] * rowSums(trials) / expected * sum(successes) / sum(trials))
