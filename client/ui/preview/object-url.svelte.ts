// The address of a blob, as long as what shows it is on the screen.

export class ObjectUrl {
  current = $state<string | undefined>();

  /** Called while a component is made. */
  constructor(blob: () => Blob | undefined) {
    $effect(() => {
      const shown = blob();
      if (!shown) return;
      const url = URL.createObjectURL(shown);
      this.current = url;
      return () => {
        this.current = undefined;
        URL.revokeObjectURL(url);
      };
    });
  }
}
