// The part of ml-regression that is used here; the package comes without types.

declare module 'ml-regression' {
  interface Fitted {
    predict(x: number): number;
  }
  export const SimpleLinearRegression: new (x: readonly number[], y: readonly number[]) => Fitted;
  export const TheilSenRegression: new (x: readonly number[], y: readonly number[]) => Fitted;
  export const PolynomialRegression: new (
    x: readonly number[],
    y: readonly number[],
    degree: number,
  ) => Fitted;
}
