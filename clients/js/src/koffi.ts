// The foreign-function interface, loaded when first needed: WebAssembly does without.

export const koffiOf = async () => (await import('koffi')).default;
export type Koffi = Awaited<ReturnType<typeof koffiOf>>;
