import { Argument, type Command } from 'commander';
import { addLeaf, type Runner } from './leaf.js';

/** What may be typed at a place in the tree of commands, and in words what it does. */
interface Choice {
  word: string;
  meaning: string;
}

/** Choices by place: '' is the beginning, ' users add' is behind `curfew users add`. */
type Places = Map<string, Choice[]>;

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `completion bash|zsh|fish`: a script for the shell, made from the commands as they are. */
export function addCompletion(program: Command, run: Runner): void {
  addLeaf(program, run, {
    name: 'completion',
    summary: 'print a script that lets your shell complete commands and options',
    examples: [
      'completion bash > /etc/bash_completion.d/curfew',
      'completion zsh > "${fpath[1]}/_curfew"',
      'completion fish > ~/.config/fish/completions/curfew.fish',
    ],
    options: (command) => command.addArgument(new Argument('<shell>', 'your shell').choices(SHELLS)),
    isLocal: true,
    hasNoJson: true,
    deed: async ({ args: [shell] }) => {
      const places = placesOf(program);
      const scripts = { bash: () => bashScript(places), zsh: () => zshScript(places), fish: () => fishScript(places) };
      const text = scripts[shell as (typeof SHELLS)[number]]();
      return { json: text, text };
    },
  });
}

function placesOf(command: Command, place = '', places: Places = new Map()): Places {
  const visible = command.createHelp();
  const branches = visible.visibleCommands(command).filter((each) => each.name() !== 'help');
  const options = visible
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ word: long, meaning: description }] : []));
  const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  places.set(place, [
    ...branches.map((each) => ({ word: each.name(), meaning: each.description() })),
    ...values.map((word) => ({ word, meaning: '' })),
    ...options,
  ]);
  for (const each of branches) placesOf(each, `${place} ${each.name()}`, places);
  return places;
}

/** A shell's `case` over all places: bash and zsh read it alike. */
function cases(places: Places, action: (words: string) => string): string {
  const lines = [...places].map(
    ([place, choices]) => `    "${place}") ${action(choices.map(({ word }) => word).join(' '))} ;;`,
  );
  return lines.join('\n');
}

function steps(places: Places): string {
  return [...places.keys()]
    .filter(Boolean)
    .map((place) => `"${place}"`)
    .join('|');
}

function bashScript(places: Places): string {
  return `# bash completion of curfew
_curfew() {
  local place="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
      ${steps(places)}) place="$place $word" ;;
    esac
  done
  case "$place" in
${cases(places, (words) => `words="${words}"`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _curfew curfew
`;
}

function zshScript(places: Places): string {
  return `#compdef curfew
_curfew() {
  local place="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      ${steps(places)}) place="$place $word" ;;
    esac
  done
  case "$place" in
${cases(places, (words) => `compadd -- ${words}`)}
  esac
  _files
}
if [ "$funcstack[1]" = "_curfew" ]; then _curfew "$@"; else compdef _curfew curfew; fi
`;
}

function fishScript(places: Places): string {
  const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
  const lines = [...places].flatMap(([place, choices]) =>
    choices.map(({ word, meaning }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c curfew -n "__curfew_at '${place}'" ${what}${meaning ? ` -d ${quoted(meaning)}` : ''}`;
    }),
  );
  return `# fish completion of curfew
function __curfew_at
  set -l place ''
  for word in (commandline -opc)[2..-1]
    if contains -- "$place $word" ${[...places.keys()]
      .filter(Boolean)
      .map((place) => `'${place}'`)
      .join(' ')}
      set place "$place $word"
    end
  end
  test "$place" = "$argv[1]"
end
${lines.join('\n')}
`;
}
