"""A person's calendar, as their phone subscribes to it: what each room knows about their days, in one feed."""
