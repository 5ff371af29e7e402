"""Known results that the rules must reproduce, each as a setting of the rules that every run uses."""
