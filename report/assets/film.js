"use strict";
(() => { Clino.film = () => {}; })();
