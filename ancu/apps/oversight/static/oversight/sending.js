// On an officer's pages, once this browser keeps anything: sending it when there is a connection.
import "./visits.js";
import "../stays/offline.js";
