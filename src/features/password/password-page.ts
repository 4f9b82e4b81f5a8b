import { randomBytes } from 'node:crypto';

export const PAGE_TYPE = 'text/html; charset=utf-8';

const CODE_SHAPE = /^[\w-]{1,128}$/;

/** The page for new passwords, as one answer shows it. Nothing of it comes from elsewhere, and nothing of it goes elsewhere. */
export class PasswordPage {
  private readonly nonce = randomBytes(18).toString('base64');

  private constructor(
    private readonly title: string,
    private readonly content: string,
  ) {}

  /** As whoever opens the link sees it. */
  static empty(): PasswordPage {
    return new PasswordPage('Choose your password', form('', ''));
  }

  /** The same again, with the reason; a code that was sent need not be pasted twice. */
  static refused(reason: string, code: string): PasswordPage {
    return new PasswordPage('Choose your password', form(reason, CODE_SHAPE.test(code) ? code : ''));
  }

  static done(): PasswordPage {
    return new PasswordPage('Your password is set', `<p id="words" role="status">${DONE}</p>`);
  }

  /**
   * What the global policy forbids and this page needs: its own script and style, its form, its question to our own server.
   * Without a referrer, older browsers would hide the form's origin from our gate; the code stands in a fragment, which no
   * referrer holds.
   */
  get headers(): Record<string, string> {
    const own = `'nonce-${this.nonce}'`;
    return {
      'content-security-policy': `default-src 'none'; script-src ${own}; style-src ${own}; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'same-origin',
    };
  }

  get html(): string {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${this.title}</title>
<style nonce="${this.nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>${this.title}</h1>
${this.content}
</main>
<script nonce="${this.nonce}">${SCRIPT}</script>
</body>
</html>
`;
  }
}

const DONE = 'From now on, log in with it. Wherever you were logged in before, you are logged out.';

function form(words: string, code: string): string {
  return `<form method="post" action="/password">
<p id="place"><label for="code">Code</label>
<input id="code" name="code" type="text" value="${escaped(code)}" required maxlength="128" autocomplete="off" spellcheck="false" aria-describedby="about-code">
<small id="about-code">What stands in your link behind the #.</small></p>
<p><label for="new-password">New password</label>
<input id="new-password" name="newPassword" type="password" required minlength="8" maxlength="1024" autocomplete="new-password" aria-describedby="about-password">
<small id="about-password">At least 8 characters; a few words that nobody would guess are best.</small></p>
<p id="words" role="alert">${escaped(words)}</p>
<p><button type="submit">Set password</button></p>
</form>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w .:/?-]/gu, (letter) => `&#${letter.codePointAt(0)};`);
}

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; color: #1b1b1f; background: #f4f4f7 }
main { max-width: 26rem; margin: 12vh auto 0; padding: 1.5rem 2rem; background: #fff; border-radius: .5rem }
h1 { font-size: 1.4rem } label, input, small { display: block }
input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; border: 1px solid #767680; border-radius: .25rem }
small { color: #55555c } [role=alert] { color: #a30018 } [hidden] { display: none }
button { padding: .5rem 1rem; font: inherit; color: #fff; background: #1f4fa3; border: 0; border-radius: .25rem }`;

// Without it the form works as well: the code is pasted, and the page comes back with what came of it.
const SCRIPT = `
const form = document.forms[0];
const words = document.getElementById('words');
const say = (text) => { words.textContent = text; };
const takeCode = () => {
  if (!form || location.hash.length < 2) return;
  form.elements.code.value = location.hash.slice(1);
  document.getElementById('place').hidden = true;
  history.replaceState(null, '', location.pathname);
  form.elements.newPassword.focus();
};
const send = async () => {
  const body = JSON.stringify({ code: form.elements.code.value.trim(), newPassword: form.elements.newPassword.value });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch('/api/v1/auth/password/link', { method: 'POST', headers, body });
  if (!answer.ok) return say((await answer.json()).detail);
  document.title = document.querySelector('h1').textContent = 'Your password is set';
  form.hidden = true;
  form.after(words);
  words.setAttribute('role', 'status');
  say('${DONE}');
};
form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  say('');
  try { await send(); } catch { say('The server did not answer. Try again in a moment.'); }
  button.disabled = false;
});
addEventListener('hashchange', takeCode);
takeCode();
`;
