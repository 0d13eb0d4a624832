// The password work of the window, off its thread.
import { answerTo } from './engine/opaque.ts';
import type { OpaqueRequest } from './engine/password.ts';

addEventListener('message', (event: MessageEvent<OpaqueRequest>) => {
  void answerTo(event.data).then((answer) => postMessage(answer));
});
