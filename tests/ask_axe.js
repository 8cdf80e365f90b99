/* Asks axe-core what is wrong with a page, given the address of axe and its options. */
async ([address, options]) => {
  const load = () => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onerror = failed;
    script.onload = () => {
      script.remove();
      done();
    };
    document.head.append(script);
  });
  if (!("axe" in window)) { await load(); }
  return (await axe.run(document, options)).violations;
}
