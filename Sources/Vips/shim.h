/* libvips is used through the CVips target; this module only carries its
   pkg-config flags, those of Pango among them, which libvips draws texts with. */
