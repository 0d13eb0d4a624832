// The address of a blob, as long as what shows it is on the screen. What is an address already stays one.

export class ObjectUrl {
  current = $state<string | undefined>();

  /** Called while a component is made. */
  constructor(played: () => Blob | string | undefined) {
    $effect(() => {
      const shown = played();
      if (typeof shown === 'string') this.current = shown;
      if (!shown || typeof shown === 'string') return;
      const url = URL.createObjectURL(shown);
      this.current = url;
      return () => {
        this.current = undefined;
        URL.revokeObjectURL(url);
      };
    });
  }
}
