// A picture from the camera. The browser asks the user; the page says beforehand what for.

import { button, h, replace } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { t } from "./i18n.js";

/** Resolves with a JPEG file, or null where the user changed their mind. */
export function takePicture() {
  return new Promise((resolve) => {
    let stream = null;
    let picture = null;
    const body = h("div", { class: "camera" });
    const dialog = openDialog({ title: t("camera.title"), body, testid: "camera-dialog", onClose: () => {
      stream?.getTracks().forEach((track) => track.stop());
      resolve(picture);
    } });
    const tell = (key) => replace(body, h("p", { role: "alert" }, t(key)));
    if (!navigator.mediaDevices?.getUserMedia) { tell("camera.none"); return; }
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } }, audio: false });
      } catch (error) {
        tell(error.name === "NotAllowedError" ? "camera.refused" : "camera.none");
        return;
      }
      if (!dialog.isConnected) { stream.getTracks().forEach((track) => track.stop()); return; }
      const video = h("video", { autoplay: true, playsinline: true, "aria-label": t("camera.title") });
      video.muted = true;
      video.srcObject = stream;
      const shoot = button({ name: "camera", text: t("camera.take"), kind: "primary", onclick: async () => { picture = await still(video); dialog.close(); } });
      replace(body, video, h("div", { class: "row centre" }, shoot));
      shoot.focus();
    };
    replace(body, h("p", {}, t("camera.ask")), h("p", { class: "soft" }, t("camera.kept")), h("div", { class: "row" }, button({ name: "camera", text: t("camera.start"), kind: "primary", onclick: begin })));
  });
}

function still(video) {
  const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob && new File([blob], "camera.jpg", { type: "image/jpeg" })), "image/jpeg", 0.92));
}
