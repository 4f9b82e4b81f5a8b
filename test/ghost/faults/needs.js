/** Why a fault cannot be done on this machine. */
import { isInstalled } from '../commands.js';

/** @typedef {import('../cluster.js').Cluster} Cluster */

/**
 * Nodes with networks of their own, and a program that touches packets.
 *
 * @param {string} program
 * @param {string} debian Its package.
 * @returns {(cluster: Cluster) => string | undefined}
 */
export function needsNetworkAnd(program, debian) {
  return ({ networkMissing }) => networkMissing ?? needsProgram(program, debian)();
}

/**
 * @param {string} program
 * @param {string} debian Its package.
 * @returns {() => string | undefined}
 */
export function needsProgram(program, debian) {
  return () => (isInstalled(program) ? undefined : `${program} is not installed (Debian: ${debian})`);
}
