# Standard errors of visit means under missing at random, from the OBSERVED information of the multivariate normal
# model with unstructured covariance: Beat the Blues (Proudfoot 2003, Psychol Med 33:217; HSAUR, BtheB).
# The log-likelihood of what was observed is written out person by person; its second derivatives in means AND
# covariances together are central differences at two widths, extrapolated (Richardson). R 4.2.2, no packages.
# Call: Rscript visit_means_observed_information.R BtheB.csv
arguments <- commandArgs(TRUE)
visits <- as.matrix(read.csv(arguments[1])[, c("bdi.pre", "bdi.2m", "bdi.4m", "bdi.6m", "bdi.8m")])
p <- ncol(visits); n_pairs <- p * (p + 1) / 2
people <- lapply(seq_len(nrow(visits)), function(i) { seen <- which(!is.na(visits[i, ])); list(seen, visits[i, seen]) })
covariance_of <- function(theta) {
  s <- matrix(0, p, p); s[upper.tri(s, TRUE)] <- theta[-(1:p)]; s[lower.tri(s)] <- t(s)[lower.tri(s)]; s
}
log_likelihood <- function(theta) {
  mu <- theta[1:p]; s <- covariance_of(theta)
  sum(sapply(people, function(one) {
    at <- one[[1]]; r <- one[[2]] - mu[at]; a <- s[at, at, drop = FALSE]
    -0.5 * (length(at) * log(2 * pi) + log(det(a)) + sum(r * solve(a, r)))
  }))
}
# EM, person by person, to the last digit.
mu <- colMeans(visits, na.rm = TRUE); s <- diag(apply(visits, 2, var, na.rm = TRUE))
for (turn in 1:5000) {
  total <- numeric(p); products <- matrix(0, p, p)
  for (one in people) {
    at <- one[[1]]; b <- s[, at, drop = FALSE] %*% solve(s[at, at, drop = FALSE])
    filled <- mu + as.vector(b %*% (one[[2]] - mu[at]))
    total <- total + filled
    products <- products + filled %*% t(filled) + s - b %*% s[at, , drop = FALSE]
  }
  following <- total / length(people); s <- products / length(people) - following %*% t(following)
  if (turn > 100 && max(abs(following - mu)) < 1e-13) break
  mu <- following
}
theta <- c(mu, s[upper.tri(s, TRUE)])
second_derivatives <- function(width) {
  h <- width * pmax(1, abs(theta)); k <- length(theta); out <- matrix(0, k, k)
  at <- function(i, j, a, b) { t <- theta; t[i] <- t[i] + a * h[i]; t[j] <- t[j] + b * h[j]; log_likelihood(t) }
  for (i in 1:k) for (j in i:k) {
    out[i, j] <- out[j, i] <- (at(i, j, 1, 1) - at(i, j, 1, -1) - at(i, j, -1, 1) + at(i, j, -1, -1)) / (4 * h[i] * h[j])
  }
  out
}
hessian <- (4 * second_derivatives(5e-4) - second_derivatives(1e-3)) / 3
covariance <- solve(-hessian)[1:p, 1:p]
cat(sprintf("log-likelihood %.6f\n", log_likelihood(theta)))
cat("means", sprintf("%.6f", mu), "\n")
cat("standard errors of means", sprintf("%.7f", sqrt(diag(covariance))), "\n")
change <- sapply(2:p, function(j) sqrt(covariance[j, j] + covariance[1, 1] - 2 * covariance[1, j]))
cat("standard errors of changes", sprintf("%.7f", change), "\n")
# With the covariances taken as known, as gls does, they are too small:
known <- solve(-hessian[1:p, 1:p]); cat("covariances as if known", sprintf("%.7f", sqrt(diag(known))), "\n")
