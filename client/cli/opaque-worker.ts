// The password work of the terminal client, off its thread.
import { parentPort } from 'node:worker_threads';
import { answerTo } from '../engine/opaque.ts';
import type { OpaqueRequest } from '../engine/password.ts';

parentPort?.on('message', (request: OpaqueRequest) => {
  void answerTo(request).then((answer) => parentPort?.postMessage(answer));
});
