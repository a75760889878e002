# Means under missing at random and their standard errors from the OBSERVED information of the multivariate normal model
# with unstructured covariance. R 4.2.2, no packages. The log-likelihood of what was observed is written out row by row;
# its second derivatives in means AND covariances together are central differences at two widths, extrapolated.
# Call: Rscript multivariate_normal.R [BtheB.csv]
# Data: airquality, which R ships (Chambers et al. 1983; 153 days, Ozone and Solar.R not always measured: not monotone),
# and the trial Beat the Blues (Proudfoot 2003, Psychol Med 33:217; HSAUR), whose file is not part of this repository.
report <- function(name, x) {
  p <- ncol(x); q <- p * (p + 1) / 2
  rows <- lapply(seq_len(nrow(x)), function(i) { seen <- which(!is.na(x[i, ])); list(seen, x[i, seen]) })
  covariance_of <- function(theta) {
    s <- matrix(0, p, p); s[upper.tri(s, TRUE)] <- theta[-(1:p)]; s[lower.tri(s)] <- t(s)[lower.tri(s)]; s
  }
  log_likelihood <- function(theta) {
    mu <- theta[1:p]; s <- covariance_of(theta)
    sum(sapply(rows, function(one) {
      at <- one[[1]]; r <- one[[2]] - mu[at]; a <- s[at, at, drop = FALSE]
      -0.5 * (length(at) * log(2 * pi) + as.numeric(determinant(a)$modulus) + sum(r * solve(a, r)))
    }))
  }
  # EM, row by row, to the last digit.
  mu <- colMeans(x, na.rm = TRUE); s <- diag(apply(x, 2, var, na.rm = TRUE))
  for (turn in 1:5000) {
    total <- numeric(p); products <- matrix(0, p, p)
    for (one in rows) {
      at <- one[[1]]; b <- s[, at, drop = FALSE] %*% solve(s[at, at, drop = FALSE])
      filled <- mu + as.vector(b %*% (one[[2]] - mu[at]))
      total <- total + filled
      products <- products + filled %*% t(filled) + s - b %*% s[at, , drop = FALSE]
    }
    following <- total / length(rows); s <- products / length(rows) - following %*% t(following)
    if (turn > 100 && max(abs(following - mu)) < 1e-12) break
    mu <- following
  }
  theta <- c(mu, s[upper.tri(s, TRUE)])
  second_derivatives <- function(width) {
    h <- width * pmax(1, abs(theta)); k <- length(theta); out <- matrix(0, k, k)
    at <- function(i, j, a, b) { t <- theta; t[i] <- t[i] + a * h[i]; t[j] <- t[j] + b * h[j]; log_likelihood(t) }
    for (i in 1:k) for (j in i:k) {
      four <- at(i, j, 1, 1) - at(i, j, 1, -1) - at(i, j, -1, 1) + at(i, j, -1, -1)
      out[i, j] <- out[j, i] <- four / (4 * h[i] * h[j])
    }
    out
  }
  hessian <- (4 * second_derivatives(1e-3) - second_derivatives(2e-3)) / 3
  covariance <- solve(-hessian)[1:p, 1:p]
  cat("==", name, "\n")
  cat(sprintf("log-likelihood %.6f\n", log_likelihood(theta)))
  cat("means", sprintf("%.7f", mu), "\nvariances", sprintf("%.5f", diag(s)), "\n")
  cat("standard errors of means", sprintf("%.7f", sqrt(diag(covariance))), "\n")
  change <- sapply(2:p, function(j) sqrt(covariance[j, j] + covariance[1, 1] - 2 * covariance[1, j]))
  cat("standard errors of differences from the first", sprintf("%.7f", change), "\n")
  known <- solve(-hessian[1:p, 1:p])
  cat("standard errors were the covariances known", sprintf("%.7f", sqrt(diag(known))), "\n")
}

measured <- as.matrix(airquality[, c("Wind", "Ozone", "Solar.R")])
pattern <- apply(!is.na(measured), 1, function(seen) paste(which(seen) - 1, collapse = ","))
for (one in unique(pattern)) {  # the sums that the test is fed
  m <- measured[pattern == one, as.integer(strsplit(one, ",")[[1]]) + 1, drop = FALSE]
  cat("pattern", one, "n", nrow(m), "sums", colSums(m), "products", sprintf("%.10g", crossprod(m)), "\n")
}
report("airquality", measured)
arguments <- commandArgs(TRUE)
if (length(arguments)) {
  report("BtheB", as.matrix(read.csv(arguments[1])[, c("bdi.pre", "bdi.2m", "bdi.4m", "bdi.6m", "bdi.8m")]))
}
