"""Why: which rules clash where there is no plan, what would mend it, and what each site and rule costs where there is one."""
