/** The one clock of a run: monotonic, the same for every process of the machine, and touched by no fault. */

/** Milliseconds with their fraction. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;
