# Rscript heterogeneity.R: Pearson's test of one proportion in several levels, and Holm over the family.
met <- c(30, 41, 12, 25); n <- c(60, 70, 40, 45)
test <- chisq.test(rbind(met, n - met), correct = FALSE)
cat(format(c(test$statistic, test$parameter, test$p.value, min(test$expected)), digits = 12), "\n")
two <- prop.test(c(15, 24), c(40, 38), correct = FALSE)
cat(format(c(two$statistic, two$parameter, two$p.value), digits = 12), "\n")
smokers <- prop.test(c(83, 90, 129, 70), c(86, 93, 136, 82)) # the example of ?prop.test, Fleiss 1981, p. 139
cat(format(c(smokers$statistic, smokers$parameter, smokers$p.value), digits = 12), "\n")
cat(format(p.adjust(c(test$p.value, two$p.value, smokers$p.value), "holm"), digits = 12), "\n")
