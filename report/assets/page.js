"use strict"; // Draws the charts of the page from the data that it carries.
