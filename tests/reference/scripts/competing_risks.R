# Numbers for tests/reference/test_r_competing_risks.py. R 4.2.2, survival 3.5-3: Rscript competing_risks.R
library(survival)
show <- function(fit, times) {
  found <- summary(fit, times = times)
  print(data.frame(time = found$time, n = found$n.risk[, 1], state = found$pstate, lower = found$lower,
                   upper = found$upper), digits = 12)
}

# Eight courses: response, dropout, censored.
status <- factor(c("r", "d", "c", "r", "d", "r", "c", "c"), levels = c("c", "r", "d"))
show(survfit(Surv(1:8, status) ~ 1, conf.type = "log-log"), 1:8)

# Ties, an event at time 0, two kinds of event at one time, and one that nobody had at the end.
time <- c(0, 0, 0, 2, 2, 2, 2, 3, 3, 5, 5, 5, 5, 5, 7, 7, 9)
cause <- c(2, 0, 0, 1, 1, 2, 0, 1, 0, 1, 2, 2, 3, 0, 1, 0, 3)
show(survfit(Surv(time, factor(cause, 0:3)) ~ 1, conf.type = "log-log"), c(0, 2, 3, 5, 7, 9))

# Five hundred courses made by whole-number arithmetic, so that both sides have the same.
i <- 1:500
show(survfit(Surv((i * 7919) %% 97, factor(pmin((i * 104729) %% 7, 3), 0:3)) ~ 1, conf.type = "log-log"),
     c(1, 10, 28, 56, 84, 96))
