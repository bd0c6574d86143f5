// The mean of ratios: twice as fast and half as fast cancel.

/** Of positive numbers; NaN of none. */
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
