// Source lines with what they hold, for the files that came with the page.
function makeSource() { return { show() {} }; }

