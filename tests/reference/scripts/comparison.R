# Rscript tests/reference/scripts/comparison.R
# Numbers of tests/reference/test_r_comparison.py that no package prints: Sun's scores and their permutation test from
# R's own interval-censored curve, for k groups, and restricted means with their difference.
library(survival)

# Visits on days 1, 7, 21 and 56: counts of intervals (left, right] in three groups.
left <- c(0, 1, 7, 21, 56, 0, 0)
right <- c(1, 7, 21, 56, Inf, 7, 21)
counts <- list(A = c(4, 6, 5, 3, 8, 2, 1), B = c(1, 4, 6, 4, 15, 0, 2), C = c(2, 3, 4, 6, 12, 1, 0))
each <- unlist(lapply(counts, function(n) rep(seq_along(n), n)))
group <- rep(names(counts), sapply(counts, sum))

# The curve by plain self-consistency, to the last digit.
inner <- rbind(c(0, 1), c(1, 7), c(7, 21), c(21, 56), c(56, Inf))
covers <- outer(seq_along(left), seq_len(nrow(inner)),
                Vectorize(function(i, j) as.numeric(left[i] <= inner[j, 1] && inner[j, 2] <= right[i])))
total <- Reduce(`+`, counts)
mass <- rep(1 / nrow(inner), nrow(inner))
for (step in 1:200000) mass <- mass * as.vector((total / as.vector(covers %*% mass)) %*% covers) / sum(total)
S <- c(rev(cumsum(rev(mass))), 0)
H <- c(0, cumsum(mass / S[-length(S)]))
first <- apply(covers, 1, function(row) min(which(row == 1)))
last <- apply(covers, 1, function(row) max(which(row == 1))) + 1
score <- (-S[first] * H[first] + S[last] * H[last]) / (S[first] - S[last])
own <- score[each]
n <- table(group)
excess <- tapply(own, group, sum)
chi_square <- sum(excess^2 / n) * (length(own) - 1) / sum((own - mean(own))^2)
print(excess, digits = 12)
print(c(chi_square, pchisq(chi_square, 2, lower.tail = FALSE)), digits = 12)

km <- survfit(Surv(time, status) ~ x, data = aml)
means <- summary(km, rmean = 45)$table[, c("rmean", "se(rmean)")]
difference <- means[1, 1] - means[2, 1]
error <- sqrt(sum(means[, 2]^2))
print(means, digits = 12)
print(c(difference, difference + c(-1, 1) * qnorm(.975) * error), digits = 12)
