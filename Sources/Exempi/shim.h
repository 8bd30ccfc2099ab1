/* Exempi is used through the CExempi target; this module only carries its
   pkg-config flags. */
