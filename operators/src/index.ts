// The one entry of the operator library.

export { admit, hasSanitizers } from './admit.ts';
export { type BoundArguments, bindArguments } from './arguments.ts';
export { cppDtype, cppType, type IrTypeLike, isNativeDtype } from './cpp-type.ts';
export * from './descriptor.ts';
export type { Admission, AdmissionOptions, Finding } from './harness/admission.ts';
export { broadcastShapes, isRefusal, type Refusal, resultDtype } from './promotion.ts';
export {
  className,
  includeDirectories,
  isKnownCallee,
  operatorIdentifier,
  operators,
  operatorsRoot,
  resolveCall,
  resolveSubscript,
  variantsOf,
} from './registry.ts';
export { scaffoldVariant } from './scaffold.ts';
export { hasWithin, isCostly, scalarCall } from './scalar-functions.ts';
export { type IndexItem, subscriptOperands } from './subscript.ts';
export { parseVariant, takesTypes } from './variants.ts';
