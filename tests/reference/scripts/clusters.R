# Weil (1970), Food Cosmet Toxicol 8:177: pups that lived, of all, in each litter. Analysed by Rao & Scott 1992.
# Ratio by linearisation with litters as clusters, as survey::svyratio(~y, ~n, svydesign(~litter)); base R alone.
control <- list(n = c(13, 12, 9, 9, 8, 8, 13, 12, 10, 10, 9, 13, 5, 7, 10, 10),
                y = c(13, 12, 9, 9, 8, 8, 12, 11, 9, 9, 8, 11, 4, 5, 7, 7))
treated <- list(n = c(12, 11, 10, 9, 11, 10, 10, 9, 9, 5, 9, 7, 10, 6, 10, 7),
                y = c(12, 11, 10, 9, 10, 9, 9, 8, 8, 4, 7, 4, 5, 3, 3, 0))
ratio <- function(g) {
  k <- length(g$n)
  p <- sum(g$y) / sum(g$n)
  v <- k / (k - 1) * sum((g$y - p * g$n)^2) / sum(g$n)^2
  c(p = p, v = v, deff = v / (p * (1 - p) / sum(g$n)), k = k)
}
wilson <- function(p, n) {  # the score interval that prop.test(correct = FALSE) inverts, for any n
  f <- function(q) (p - q)^2 / (q * (1 - q) / n) - qchisq(.95, 1)
  c(uniroot(f, c(1e-12, p), tol = 1e-14)$root, uniroot(f, c(p, 1 - 1e-12), tol = 1e-14)$root)
}
options(digits = 12)
for (g in list(control, treated)) {
  r <- ratio(g)
  print(r)
  t <- qt(.975, r["k"] - 1)
  print(r["p"] + c(-1, 1) * t * sqrt(r["v"]))                    # t interval
  n <- r["p"] * (1 - r["p"]) / r["v"] * (qnorm(.975) / t)^2      # effective number
  print(c(n, wilson(r["p"], n)))
}
# None of 24 in four clusters of 8, 8, 4, 4: wholly alike, (sum m)^2 / sum m^2 = 576 / 160 = 3.6
z2 <- qchisq(.95, 1)
print(z2 / (3.6 + z2))
# One unit in each cluster: Student's interval
print(t.test(c(3, 5, 8, 2, 7))$conf.int)
# Rises (mmHg) of infusions in three courses, by lm with a cluster-robust (CR1) variance, HC1 without covariates
y <- c(4, 6, 11, 9, 10, 2); course <- c(1, 1, 2, 2, 2, 3)
fit <- lm(y ~ 1)
e <- tapply(resid(fit), course, sum)
se <- sqrt(3 / 2 * sum(e^2)) / length(y)
print(c(coef(fit), coef(fit) + c(-1, 1) * qt(.975, 2) * se))
