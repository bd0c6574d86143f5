// What a program says of itself: the JSON of `ep_describe`, by `programDescriptionSchema`.

import type { ProgramDescription } from '@everypath/schema';
import { programDescriptionSchema } from '@everypath/schema';
import type { IrModule } from '../ir/ir.ts';
import type { NodePlan } from './node-plan.ts';
import { programNode } from './node-plan.ts';

export function describeProgram(module: IrModule, nodes: readonly NodePlan[]): ProgramDescription {
  return programDescriptionSchema.parse({
    abi: 1,
    tag: module.tag,
    // The name alone: where the file lay is nobody's business.
    file: module.file.split(/[\\/]/).pop() ?? '',
    signature: { parameters: module.parameters, result: module.result },
    nodes: nodes.map(programNode),
  });
}
