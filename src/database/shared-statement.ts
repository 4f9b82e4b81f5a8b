import { storeUnavailable } from '../errors/store-outage.js';
import { Gathering, type Sharing } from '../gathering/gathering.js';

/** A gathering whose calls are statements: a question unanswered after its patience is refused as STORE_UNAVAILABLE. */
export class SharedStatement<Question, Answer> extends Gathering<Question, Answer> {
  constructor(
    run: (questions: Question[]) => Promise<Answer[]>,
    sharing: Sharing,
    onDeparture: (size: number) => void = () => {},
  ) {
    super(run, sharing, { impatience: () => storeUnavailable(new Error('No answer in time.')), onDeparture });
  }
}
