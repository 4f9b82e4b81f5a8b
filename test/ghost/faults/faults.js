/** Every way in which the surroundings of a running cluster fail. */
import { answerJitter } from './answer-jitter.js';
import { backendsTerminated } from './backends-terminated.js';
import { blackHole } from './black-hole.js';
import { busyProcessors } from './busy-processors.js';
import { connectionsExhausted } from './connections-exhausted.js';
import { connectionsReset } from './connections-reset.js';
import { databaseCrash } from './database-crash.js';
import { databaseStop } from './database-stop.js';
import { failover } from './failover.js';
import { fullLog } from './full-log.js';
import { nodeClock } from './node-clock.js';
import { nodeKill } from './node-kill.js';
import { nodePause } from './node-pause.js';
import { nodeStop } from './node-stop.js';
import { packetLoss } from './packet-loss.js';
import { packetsDropped } from './packets-dropped.js';
import { packetsReset } from './packets-reset.js';
import { poolExhausted } from './pool-exhausted.js';
import { slowDatabase } from './slow-database.js';
import { thinPipe } from './thin-pipe.js';

/** @type {readonly import('../schedule.js').Fault[]} */
export const FAULTS = [
  nodeKill,
  nodePause,
  nodeStop,
  nodeClock,
  databaseCrash,
  databaseStop,
  failover,
  backendsTerminated,
  connectionsReset,
  connectionsExhausted,
  poolExhausted,
  blackHole,
  slowDatabase,
  answerJitter,
  packetsReset,
  packetsDropped,
  packetLoss,
  thinPipe,
  busyProcessors,
  fullLog,
];
