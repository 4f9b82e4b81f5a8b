import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, ConsoleMessage, Locator, Page } from 'playwright-core';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots');
// What Chromium writes for each answer that is a refusal, also for one that was asked for.
const REFUSAL = /^Failed to load resource: the server responded with a status of (\d{3}) \(.*\)$/;

type Body = Record<string, unknown>;

interface Trial {
  /** Where a path has several. */
  method?: string;
  /** The name of the example to choose. */
  example?: string;
  /** What to change of the body that is filled in. */
  edit?: Body;
}

/** Swagger UI as a person uses it: by clicking, and reading what stands there. */
export class SwaggerPage {
  /** Everything the browser complained about, but for the refusals in `refusals`. */
  readonly complaints: string[] = [];
  /** Status and path of each answer that the browser noted as a failure. */
  readonly refusals: string[] = [];
  /** What the browser tells by the way. */
  readonly remarks: string[] = [];

  private constructor(private readonly page: Page) {
    page.on('console', (message) => this.note(message));
    page.on('pageerror', (error) => this.complaints.push(`page error: ${error.message}`));
    page.on('requestfailed', (request) => this.complaints.push(`failed: ${request.method()} ${request.url()}`));
  }

  /** In a browser profile of its own. */
  static async open(browser: Browser, url: string): Promise<SwaggerPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(10_000);
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
         console.error('CSP: ' + violatedDirective + ' ' + blockedURI))`,
    );
    const swagger = new SwaggerPage(page);
    await page.goto(url);
    await swagger.operations.first().waitFor();
    return swagger;
  }

  close(): Promise<void> {
    return this.page.close();
  }

  get operations(): Locator {
    return this.page.locator('.opblock');
  }

  get title(): Promise<string> {
    return this.page.locator('.info .title').innerText();
  }

  /** With the choice on top. */
  async choose(definition: string): Promise<void> {
    await this.page.getByLabel('Select a definition').selectOption({ label: definition });
    await this.page.locator('.info .title', { hasText: definition }).waitFor();
  }

  /** Every route, ready to be tried out. All in one go: the page draws itself anew after each click. */
  async openEverything(): Promise<void> {
    const count = await this.operations.count();
    for (const button of ['.opblock-summary-control', '.try-out__btn']) {
      await this.page
        .locator(button)
        .nth(count - 1)
        .waitFor();
      await this.page.evaluate(`document.querySelectorAll('${button}').forEach((each) => each.click())`);
    }
    await this.operations.last().getByRole('button', { name: 'Execute' }).waitFor();
  }

  /** Try it out, edit what is filled in, Execute. Answers the status that stands on the page then. */
  async execute(path: string, { method, example, edit }: Trial = {}): Promise<number> {
    const operation = this.operation(path, method);
    await open(operation);
    await readyToTry(operation);
    if (example) await operation.locator('.opblock-section-request-body select').last().selectOption(example);
    if (edit) await editBody(operation.locator('textarea'), edit);
    const clear = operation.getByRole('button', { name: 'Clear' });
    if (await clear.isVisible()) await clear.click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    return Number(await operation.locator('.live-responses-table .response .response-col_status').innerText());
  }

  /** The JSON that stands under the last answer of a route. */
  async bodyOf(path: string, method?: string): Promise<Body> {
    const code = this.operation(path, method)
      .locator('.live-responses-table .response .response-col_description code')
      .first();
    return JSON.parse((await code.textContent()) ?? '') as Body;
  }

  /** With the scheme of that name; others that are authorized stay so. */
  async authorize(token: string, scheme = 'bearer'): Promise<void> {
    await this.page.locator('.auth-wrapper .authorize').click();
    const title = this.page.locator('h4', { hasText: new RegExp(`^${scheme}\\s`) });
    const form = this.page.locator('.auth-container').filter({ has: title });
    await form.locator('input').fill(token);
    await form.getByRole('button', { name: 'Apply credentials' }).click();
    await this.screenshot(`authorized-${scheme}`);
    await form.getByRole('button', { name: 'Close' }).click();
  }

  async screenshot(name: string, path?: string): Promise<void> {
    await mkdir(SCREENSHOTS, { recursive: true });
    const file = { path: join(SCREENSHOTS, `${name}.png`) };
    await (path === undefined ? this.page.screenshot(file) : this.operation(path).screenshot(file));
  }

  private operation(path: string, method?: string): Locator {
    const operations = method === undefined ? this.operations : this.page.locator(`.opblock-${method}`);
    return operations.filter({ has: this.page.locator(`[data-path="${path}"]`) });
  }

  private note(message: ConsoleMessage): void {
    const kind = message.type();
    if (kind === 'info') this.remarks.push(message.text());
    if (kind !== 'error' && kind !== 'warning') return;
    const [, status] = REFUSAL.exec(message.text()) ?? [];
    if (status === undefined) this.complaints.push(`console ${kind}: ${message.text()}`);
    else this.refusals.push(`${status} ${new URL(message.location().url).pathname}`);
  }
}

async function open(operation: Locator): Promise<void> {
  const summary = operation.locator('.opblock-summary-control');
  if ((await summary.getAttribute('aria-expanded')) === 'false') await summary.click();
  await operation.locator('.opblock-body').waitFor();
}

/** The button stands there as soon as the route has been drawn, a while after its frame: `Try it out`, then `Cancel`. */
async function readyToTry(operation: Locator): Promise<void> {
  const button = operation.locator('.try-out__btn').first();
  if ((await button.innerText()).trim() === 'Try it out') await button.click();
}

async function editBody(textarea: Locator, edit: Body): Promise<void> {
  const filledIn = JSON.parse(await textarea.inputValue()) as Body;
  await textarea.fill(JSON.stringify({ ...filledIn, ...edit }, null, 2));
}
