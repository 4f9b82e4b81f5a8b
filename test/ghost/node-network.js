/** A network of each node's own, in which packets may be lost, refused and held up without touching the machine's. */
import { isRunning } from './abandoned.js';
import { command, isInstalled, isRoot } from './commands.js';

const NAME = 'curfew-ghost';
const INSIDE = 'eth0';
/** Set apart by RFC 2544 for tests of networks: no other address of the machine is among them. */
const RANGE = '198.18';
const TABLE = 'inet ghost';

export class NodeNetwork {
  /**
   * @param {number} place
   * @param {number} subnet
   */
  constructor(place, subnet) {
    this.namespace = `${NAME}-${process.pid}-${place}`;
    this.outside = `g${process.pid}n${place}`;
    /** Where the node is found, and where it finds everybody else. */
    this.nodeAddress = `${RANGE}.${subnet}.${place * 4 + 2}`;
    this.hostAddress = `${RANGE}.${subnet}.${place * 4 + 1}`;
  }

  /** Why nodes cannot have networks of their own here. */
  static missing() {
    if (process.platform !== 'linux') return 'network namespaces are Linux’s own';
    if (!isRoot()) return 'network namespaces need root';
    return isInstalled('ip') ? undefined : 'ip is not installed (Debian: iproute2)';
  }

  /**
   * One a node. What runs that were killed left behind is removed.
   *
   * @param {number} count
   */
  static async makeAll(count) {
    await removeAbandoned();
    const subnet = await freeSubnet();
    const networks = Array.from({ length: count }, (_, place) => new NodeNetwork(place, subnet));
    try {
      for (const network of networks) await network.make();
      return networks;
    } catch (error) {
      for (const network of networks) await network.remove();
      throw error;
    }
  }

  /** What a command line begins with that is to run inside. */
  get prefix() {
    return ['ip', 'netns', 'exec', this.namespace];
  }

  async make() {
    const { namespace, outside } = this;
    await command(`ip netns add ${namespace}`);
    await command(`ip link add ${outside} type veth peer name ${INSIDE} netns ${namespace}`);
    await command(`ip addr add ${this.hostAddress}/30 dev ${outside}`);
    await command(`ip link set ${outside} up`);
    await command(`ip -n ${namespace} addr add ${this.nodeAddress}/30 dev ${INSIDE}`);
    for (const device of [INSIDE, 'lo']) await command(`ip -n ${namespace} link set ${device} up`);
  }

  /** Its other end goes with it, also when a process still runs inside. */
  async remove() {
    await command(`ip link del ${this.outside}`).catch(() => {});
    await command(`ip netns del ${this.namespace}`).catch(() => {});
  }

  /**
   * Every packet to or from the node meets these rules of nftables.
   *
   * @param {string[]} rules
   */
  async filter(rules) {
    const chains = ['input', 'output'].map(
      (hook) => `chain ${hook} { type filter hook ${hook} priority 0; ${rules.join('; ')}; }`,
    );
    await this.inside('nft -f -', `table ${TABLE} {\n${chains.join('\n')}\n}\n`);
  }

  async unfilter() {
    await this.inside(`nft delete table ${TABLE}`);
  }

  /**
   * The line carries so much, in both directions.
   *
   * @param {string} rate As tc writes it.
   */
  async narrow(rate) {
    const shape = `root tbf rate ${rate} burst 16kb latency 400ms`;
    await this.inside(`tc qdisc add dev ${INSIDE} ${shape}`);
    await command(`tc qdisc add dev ${this.outside} ${shape}`);
  }

  async widen() {
    await this.inside(`tc qdisc del dev ${INSIDE} root`);
    await command(`tc qdisc del dev ${this.outside} root`);
  }

  /**
   * @param {string} line
   * @param {string} [input]
   */
  inside(line, input) {
    return command([...this.prefix, line].join(' '), input);
  }
}

async function freeSubnet() {
  const taken = await command('ip -4 -o addr show');
  for (let step = 0; step < 256; step++) {
    const subnet = (process.pid + step) % 256;
    if (!taken.includes(` ${RANGE}.${subnet}.`)) return subnet;
  }
  throw new Error(`All of ${RANGE}.0.0/16 is taken.`);
}

async function removeAbandoned() {
  const names = (await command('ip netns list')).split('\n').map((line) => line.split(' ')[0] ?? '');
  for (const name of names) {
    const [, pid, place] = new RegExp(`^${NAME}-(\\d+)-(\\d+)$`).exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await command(`ip link del g${pid}n${place}`).catch(() => {});
    await command(`ip netns del ${name}`);
  }
}
