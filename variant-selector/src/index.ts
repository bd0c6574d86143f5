// The one entry of this package.
export {};
