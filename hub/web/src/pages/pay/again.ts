// Which refusals pass by themselves: the same request may then be carried out.

import type { ProblemCode } from '@moding/ui';

const PASSING: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'unreachable',
  'overloaded',
  'internal',
  'recovering',
  'payments_unavailable',
  'too_many_requests',
]);

export function mayBeAskedAgain(code: ProblemCode): boolean {
  return PASSING.has(code);
}
