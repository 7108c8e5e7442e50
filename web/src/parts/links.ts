// Where a value of the facts leads to in a live page; a page of one file has no such places.
export const links: {
  /// The entry of the catalog at "chips/h100-sxm.price".
  catalog?: (where: string) => void;
  /// The key in the form.
  edit?: (key: string) => void;
} = {};
