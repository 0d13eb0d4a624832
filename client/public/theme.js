// Runs before the first style is applied, so that no frame is ever painted in the wrong theme. A classic script on
// purpose: modules run after the first paint. The window keeps `reach-theme` equal to the saved setting.
(function () {
  var wanted = localStorage.getItem('reach-theme');
  var dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
