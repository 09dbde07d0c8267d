import type { Check } from './check';
import type { Desk } from './useDesk';

export function PrintMenu(_: { readonly desk: Desk; readonly check: Check }) {
  return null;
}
