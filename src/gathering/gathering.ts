/** How far sharing goes: calls in flight, questions in one of them, and how long a question may stay unanswered. */
export interface Sharing {
  inFlight: number;
  size: number;
  patienceMs: number;
}

/** What a gathering is told by its surroundings. */
export interface Surroundings {
  /** What a question that stayed unanswered for its patience is refused with. */
  impatience(): Error;
  /** Hears how many questions left together. */
  onDeparture?(size: number): void;
}

const BEATS_OF_PATIENCE = 10;

interface Rider<Question, Answer> {
  question: Question;
  /** The beat of the watch at which it came: a clock read for each would cost more. */
  beat: number;
  resolve(answer: Answer): void;
  reject(refusal: unknown): void;
}

/**
 * Whoever waits shares a call; nobody joins one that has left. A question rides only in a call sent after it arrived,
 * so no answer can predate a change that was acknowledged before the question was asked.
 * `run` answers its questions in their order. A question unanswered after its patience is refused.
 */
export class Gathering<Question, Answer> {
  private waiting: Rider<Question, Answer>[] = [];
  private readonly flights = new Set<Rider<Question, Answer>[]>();
  private isDepartureDue = false;
  private watch: NodeJS.Timeout | undefined;
  private beats = 0;

  constructor(
    private readonly run: (questions: Question[]) => Promise<Answer[]>,
    private readonly sharing: Sharing,
    private readonly surroundings: Surroundings,
  ) {}

  /** Answers, or is refused, with what its own question was answered with. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, beat: this.beats, resolve, reject });
      this.departSoon();
    });
  }

  // At the end of the event loop's turn, so that all requests read in this turn ride together.
  private departSoon(): void {
    if (this.isDepartureDue || this.flights.size >= this.sharing.inFlight) return;
    this.isDepartureDue = true;
    setImmediate(() => {
      this.isDepartureDue = false;
      this.depart();
    });
    this.watch ??= setInterval(() => this.refuseStranded(), this.sharing.patienceMs / BEATS_OF_PATIENCE).unref();
  }

  private depart(): void {
    if (this.waiting.length === 0) return;
    const riders = this.waiting.length <= this.sharing.size ? this.waiting : this.waiting.slice(0, this.sharing.size);
    this.waiting = riders === this.waiting ? [] : this.waiting.slice(riders.length);
    this.flights.add(riders);
    this.surroundings.onDeparture?.(riders.length);
    this.run(riders.map((rider) => rider.question)).then(
      (answers) => this.land(riders, (rider, place) => rider.resolve(answers[place]!)),
      (refusal: unknown) => this.land(riders, (rider) => rider.reject(refusal)),
    );
    if (this.waiting.length > 0) this.departSoon();
  }

  private land(riders: Rider<Question, Answer>[], tell: (rider: Rider<Question, Answer>, place: number) => void): void {
    this.flights.delete(riders);
    riders.forEach(tell);
    if (this.waiting.length > 0) this.departSoon();
    else if (this.flights.size === 0) this.rest();
  }

  private rest(): void {
    clearInterval(this.watch);
    this.watch = undefined;
  }

  // Their call may still arrive, but they will not hear of it: a promise settles once.
  private refuseStranded(): void {
    this.beats += 1;
    const isOverdue = ({ beat }: Rider<Question, Answer>): boolean => this.beats - beat > BEATS_OF_PATIENCE;
    const refuse = (rider: Rider<Question, Answer>): void => rider.reject(this.surroundings.impatience());
    for (const riders of this.flights) riders.filter(isOverdue).forEach(refuse);
    const stranded = this.waiting.filter(isOverdue);
    if (stranded.length === 0) return;
    this.waiting = this.waiting.filter((rider) => !isOverdue(rider));
    stranded.forEach(refuse);
  }
}
