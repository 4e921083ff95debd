// What a source tells is sent in the page: when the connection breaks it stands as it was, in this page's memory alone, and is sent
// by itself when the connection is back. Nothing of it is kept on the device: the script of drafts is on none of these pages.
import * as filecheck from "../ancu/js/filecheck.js";
import { start } from "../ancu/js/sending.js";

filecheck.enhance(document.body);
document.addEventListener("ancu:added", (event) => filecheck.enhance(event.detail));
start();
