/**
 * Select-list items that hold for the rest of a transaction: background work always goes by an index. A plan made from the
 * statistics of a small table must not read a large one from end to end.
 */
export const PLANS_BY_INDEX = `
  set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true)`;
