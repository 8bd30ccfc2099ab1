import Crypto
import Foundation
import LikenessKit

/// The files of the web page, which are part of the program.
enum WebPage {
  struct File: Sendable {
    let data: Data
    let type: String
    /// Another for any other content.
    let tag: String

    init(_ bytes: [UInt8], type: String) {
      data = Data(bytes)
      self.type = type
      tag = "\"" + SHA256.hash(data: data).hexadecimal.prefix(24) + "\""
    }
  }

  /// By their names.
  static let files: [String: File] = [
    "api.js": File(PackageResources.api_js, type: script),
    "app.css": File(PackageResources.app_css, type: style),
    "app.js": File(PackageResources.app_js, type: script),
    "camera.js": File(PackageResources.camera_js, type: script),
    "dialogs.js": File(PackageResources.dialogs_js, type: script),
    "docs.css": File(PackageResources.docs_css, type: style),
    "docs.html": File(PackageResources.docs_html, type: html),
    "docs.js": File(PackageResources.docs_js, type: script),
    "dom.js": File(PackageResources.dom_js, type: script),
    "edits.js": File(PackageResources.edits_js, type: script),
    "en.json": File(PackageResources.en_json, type: json),
    "faces.js": File(PackageResources.faces_js, type: script),
    "i18n.js": File(PackageResources.i18n_js, type: script),
    "icon.svg": File(PackageResources.icon_svg, type: picture),
    "index.html": File(PackageResources.index_html, type: html),
    "ja.json": File(PackageResources.ja_json, type: json),
    "jobs.js": File(PackageResources.jobs_js, type: script),
    "keys.js": File(PackageResources.keys_js, type: script),
    "ko.json": File(PackageResources.ko_json, type: json),
    "layers.js": File(PackageResources.layers_js, type: script),
    "lightbox.js": File(PackageResources.lightbox_js, type: script),
    "menu.js": File(PackageResources.menu_js, type: script),
    "picker.js": File(PackageResources.picker_js, type: script),
    "view-about.js": File(PackageResources.view_about_js, type: script),
    "view-add.js": File(PackageResources.view_add_js, type: script),
    "view-compose.js": File(PackageResources.view_compose_js, type: script),
    "view-map.js": File(PackageResources.view_map_js, type: script),
    "view-people.js": File(PackageResources.view_people_js, type: script),
    "view-person.js": File(PackageResources.view_person_js, type: script),
    "view-photos.js": File(PackageResources.view_photos_js, type: script),
    "view-review.js": File(PackageResources.view_review_js, type: script),
    "view-search.js": File(PackageResources.view_search_js, type: script),
    "view-verify.js": File(PackageResources.view_verify_js, type: script),
    "views.css": File(PackageResources.views_css, type: style),
    "words.js": File(PackageResources.words_js, type: script),
  ]

  private static let html = "text/html; charset=utf-8"
  private static let style = "text/css; charset=utf-8"
  private static let script = "text/javascript; charset=utf-8"
  private static let picture = "image/svg+xml"
  private static let json = "application/json; charset=utf-8"
}
