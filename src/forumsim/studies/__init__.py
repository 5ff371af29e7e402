"""Studies of the model itself: known results, the backtest, sensitivity, calibration."""
