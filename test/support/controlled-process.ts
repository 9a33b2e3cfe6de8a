import { type ManagedChild, type ChildOptions, startChild } from '../../src/local/child-process.js';
import type { ReadyLine } from '../../src/local/child-launch.js';

/** ControlledProcess is a node process of ours that a test starts, stops and kills; nobody else starts it again. */
export class ControlledProcess {
  private current: ManagedChild | undefined;

  /** `options` is asked at every start, so that a later one may differ from the first. */
  constructor(private readonly options: () => Omit<ChildOptions, 'restart'>) {}

  /** start runs the process and waits until it says that it is ready; throws a LocalError with the end of its log. */
  async start(): Promise<ReadyLine> {
    if (this.current !== undefined) throw new Error(`The ${this.current.name} runs already.`);
    const child = await startChild({ ...this.options(), restart: 'never' });
    this.current = child;
    void child.ended.then(() => {
      if (this.current === child) this.current = undefined;
    });
    return child.ready();
  }

  /** stop asks the process to end in order (SIGTERM) and waits; nothing happens where it does not run. */
  async stop(): Promise<void> {
    await this.current?.stop();
    this.current = undefined;
  }

  /** kill ends the process at once (SIGKILL), as a crash of the machine would, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.current;
    if (child === undefined) throw new Error('There is no process to kill: it has ended already.');
    process.kill(child.pid(), 'SIGKILL');
    await child.ended;
    this.current = undefined;
  }

  /** pid is the id of the running process; undefined where it does not run. */
  get pid(): number | undefined {
    return this.current?.pid();
  }
}
