/* libvips is used through the CVips target; this module only carries its
   pkg-config flags. */
