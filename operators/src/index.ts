// The one entry of the operator library.

export { type BoundArguments, bindArguments } from './arguments.ts';
export { cppDtype, cppType, type IrTypeLike, isNativeDtype } from './cpp-type.ts';
export * from './descriptor.ts';
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
export { type IndexItem, subscriptOperands } from './subscript.ts';
export { parseVariant, takesTypes } from './variants.ts';
