/** Loaded into a node's process before the server (`node --import`): plants the defect that PLANTED_DEFECT names. */
import 'reflect-metadata';
import { DEFECTS } from './defects.js';

const name = process.env['PLANTED_DEFECT'] ?? '';
const defect = DEFECTS[name];
if (!defect) throw new Error(`PLANTED_DEFECT: ${name} is none of ${Object.keys(DEFECTS).join(', ')}.`);
await defect.plant();
