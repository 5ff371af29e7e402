"""How the page looks: one sheet, light, for screens from a phone's to a wall's."""

CSS = """
.fs-page { width: 100%; max-width: 1900px; margin: 0 auto; box-sizing: border-box; padding: 0 12px 24px;
  color: #222; background: #f6f7f8; font-size: 14px; }
.fs-page * { letter-spacing: normal; }
.fs-head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding: 8px 0; position: sticky; top: 0;
  z-index: 5; background: #f6f7f8; border-bottom: 1px solid #d5d8dc; }
.fs-head h1 { font-size: 17px; font-weight: 600; margin: 0; }
.fs-state { font-size: 14px; min-width: 15em; }
.fs-time { width: 100%; height: 22px; accent-color: #0072B2; }
.fs-error { background: #fdecea; border: 1px solid #b3261e; color: #7a150f; padding: 6px 10px; border-radius: 4px;
  margin: 6px 0; width: 100%; overflow-wrap: anywhere; }
.fs-note { color: #444; font-size: 13px; }
.fs-body { display: grid; grid-template-columns: 330px minmax(0, 1fr); gap: 12px; align-items: start;
  margin-top: 10px; }
.fs-side { display: flex; flex-direction: column; gap: 8px; }
.fs-side details, .fs-card { background: #fff; border: 1px solid #d5d8dc; border-radius: 6px; padding: 8px 12px; }
.fs-side summary { cursor: pointer; font-weight: 600; padding: 4px 0; }
.fs-side summary:focus-visible, .fs-picture [data-pick]:focus-visible { outline: 2px solid #0b57d0; }
.fs-grid { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 12px; align-items: start; }
.fs-column { display: flex; flex-direction: column; gap: 12px; min-width: 0; }
@media (max-width: 800px) { .fs-grid { grid-template-columns: minmax(0, 1fr); } .fs-column { display: contents; } }
.fs-card { min-width: 0; overflow: hidden; }
.fs-card h2 { font-size: 14px; font-weight: 600; margin: 0 0 4px; }
.fs-picture { min-height: 60px; overflow-x: auto; }
.fs-picture svg { display: block; color: #222; }
.fs-picture [data-pick] { cursor: pointer; }
.fs-tall { max-height: 520px; overflow-y: auto; }
.fs-short { max-width: 110px; }
.fs-head .fs-row { row-gap: 18px; }
.fs-main > details > .v-input { margin-top: 20px; }
.fs-main > details > .fs-row { margin-top: 18px; gap: 20px 8px; }
.fs-row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.fs-mean { color: #444; font-size: 12px; line-height: 1.35; margin: -4px 0 8px; }
.fs-when { display: inline-block; border: 1px solid #888; border-radius: 3px; padding: 0 4px; font-size: 11px;
  color: #333; margin-right: 4px; white-space: nowrap; }
.fs-now { border-color: #00613f; color: #00613f; }
.fs-slider .v-input__slot { flex-direction: column; align-items: stretch; margin-bottom: 2px; }
.fs-slider .v-slider { margin-left: 0; }
.fs-main > .fs-card { margin-bottom: 12px; }
@media (min-width: 1001px) {
  .fs-side { position: sticky; top: 58px; max-height: calc(100vh - 66px); overflow-y: auto; } }
.fs-side .v-input { margin-top: 4px; padding-top: 4px; }
.fs-side .v-label, .fs-side .v-messages { color: #333 !important; }
@media (max-width: 1000px) { .fs-body { grid-template-columns: minmax(0, 1fr); }
  .fs-main { order: 1; } .fs-side { order: 2; } }
/* a low screen, such as one that is magnified, has no room for a head that stays */
@media (max-height: 480px) { .fs-head, .fs-side { position: static; max-height: none; } }
/* pictures keep their colours and a light ground; what is a ground elsewhere, such as a slider, gets a line */
@media (forced-colors: active) {
  .fs-picture svg { forced-color-adjust: none; background: #fff; }
  .fs-page .v-btn, .fs-when { border: 1px solid; }
  .fs-page .v-slider__track-container { border-top: 2px solid; }
  .fs-page .v-slider__thumb, .fs-page .v-input--switch__thumb { border: 8px solid ButtonText; }
  .fs-page .v-input--switch__track { border: 1px solid; }
}
@media (max-width: 600px) { .fs-page { padding: 0 6px 16px; } .fs-card { padding: 6px; } .fs-state { min-width: 0; } }
"""
