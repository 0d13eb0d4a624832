// Signing in, the connection, and the end of the process.
import type { Core } from '../core.ts';
import { placeOf, targetOf, targetOfTicket } from '../target.ts';
import type { SessionCalls } from '../types.ts';
import { words } from '../../words/words.ts';

/** Milliseconds that a goodbye may take. */
const STOP_WITHIN_MS = 200;

export function sessionCalls(core: Core): SessionCalls {
  return {
    start(push) {
      core.begin(push);
    },
    connect(input) {
      const target = targetOf(input);
      core.forget();
      if ('failure' in target) return core.signIn.refuse(target.failure);
      if (core.check()) core.signInAs(target);
    },
    registration({ server, port }) {
      const place = placeOf(server, port);
      return typeof place === 'string' ? Promise.resolve(undefined) : core.enquiry.ask(place, { pins: core.vault.pins() });
    },
    cancel() {
      core.signIn.cancel();
      core.forget();
    },
    answerTrust(answer) {
      core.signIn.answerTrust(answer);
    },
    answerRegister(create) {
      core.signIn.answerRegister(create);
    },
    resumeSaved() {
      const saved = core.vault.ticket();
      const target = saved && targetOfTicket(saved, core.vault.waysOf(saved.address, saved.username));
      if (!target || !core.check()) return false;
      core.signInAs(target);
      return true;
    },
    signOut() {
      core.signIn.signOut();
      core.forget();
    },
    retryNow() {
      core.signIn.retryNow();
    },
    networkChanged(online) {
      core.signIn.networkChanged(online);
      if (online) core.carrier?.wake();
    },
    setProtocol(protocol) {
      core.signIn.setProtocol(protocol);
      if (core.carrier?.want(protocol) === false) core.signIn.renew(words.failures.udp.anew);
      core.tellSettings();
    },
    stop() {
      core.wake.stop();
      core.enquiry.stop();
      core.media.stop();
      core.signIn.stop();
      core.forget();
      core.effects.passwordWorker.close();
      return new Promise((resolve) => core.effects.clock.after(STOP_WITHIN_MS, resolve));
    },
  };
}
