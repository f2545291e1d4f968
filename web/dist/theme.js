// Sets the theme before the first paint. It is a file of its own, because the page allows no inline scripts.
;(function () {
  var choice = 'auto'
  try {
    choice = localStorage.getItem('kundi-theme') || 'auto'
  } catch (_) {
    // A browser without storage follows the system.
  }
  var dark = choice === 'dark' || (choice === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
