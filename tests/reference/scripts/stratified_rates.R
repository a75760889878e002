# R 4.2.2, base packages. Numbers for test_r_stratified_rates.py: Rscript tests/reference/scripts/stratified_rates.R
options(digits = 15)

# General association: admission by sex within department; by department within sex (six groups); Titanic class by
# survival within sex and age; the Mantel-Haenszel test of two groups without continuity correction.
show <- function(name, test) cat(name, unname(test$statistic), unname(test$parameter), test$p.value, "\n")
show("admissions by sex", mantelhaen.test(UCBAdmissions, correct = FALSE))
show("admissions by department", mantelhaen.test(aperm(UCBAdmissions, c(1, 3, 2))))
survival_by_class <- array(aperm(Titanic, c(4, 1, 2, 3)), c(2, 4, 4))
show("survival by class", mantelhaen.test(survival_by_class[, , 2:4]))

# Standardised to all: Wilson's interval, from prop.test, at Kish's effective sample size.
standardised <- function(x, n, weight) {
  rate <- sum(weight * x / n)
  size <- 1 / sum(weight^2 / n)
  limits <- prop.test(rate * size, size, correct = FALSE)$conf.int
  c(rate = rate, lower = limits[1], upper = limits[2])
}
men <- UCBAdmissions["Admitted", "Male", ]
women <- UCBAdmissions["Admitted", "Female", ]
n_men <- colSums(UCBAdmissions[, "Male", ])
n_women <- colSums(UCBAdmissions[, "Female", ])
weight <- (n_men + n_women) / sum(n_men + n_women)
m <- standardised(men, n_men, weight)
w <- standardised(women, n_women, weight)
cat("men", m, "\nwomen", w, "\n")
difference <- w["rate"] - m["rate"]
cat("women less men", difference,
    difference - sqrt((w["rate"] - w["lower"])^2 + (m["upper"] - m["rate"])^2),
    difference + sqrt((w["upper"] - w["rate"])^2 + (m["rate"] - m["lower"])^2), "\n")

# The example of Gardner & Altman, Statistics with Confidence (1989), page 62: cases in the four age groups of a sample,
# standardised to a population.
print(standardised(c(4, 13, 8, 7), c(96, 237, 105, 32), c(2773, 2556, 1113, 184) / 6626))

# Correlation: height and girth of the trees, dose and length of teeth.
show_correlation <- function(name, x, y) {
  test <- cor.test(x, y)
  cat(name, length(x), sum(x), sum(y), sum(x^2), sum(y^2), sum(x * y), test$estimate, test$conf.int, "\n")
}
show_correlation("trees", trees$Height, trees$Girth)
show_correlation("teeth", ToothGrowth$dose, ToothGrowth$len)
