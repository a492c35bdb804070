-- Numbers sections, floats, equations, theorems and boxes in document order, resolves the references to them,
-- and gives each the shape that the target format needs. Ids and class names are Quarto's, so that one style
-- sheet serves both engines. It runs before citeproc, which would take `@fig-x` for a citation.
--
-- Metadata read: `engine-target` (html, pdf, docx, jats), `number-sections`, `number-depth`, what `when-meta` asks.
-- What is wrong, and every image, is logged as "poems|KIND|WHAT"; the caller finds the line in the source.

local NAMES = {
  fig = "Figure", tbl = "Table", sec = "Section", eq = "Equation",
  thm = "Theorem", lem = "Lemma", cor = "Corollary", prp = "Proposition", cnj = "Conjecture",
  def = "Definition", exm = "Example", exr = "Exercise",
  nte = "Note", tip = "Tip", wrn = "Warning", imp = "Important", cau = "Caution",
}
local THEOREMS = pandoc.List { "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr" }
local CALLOUTS = pandoc.List { "note", "tip", "warning", "important", "caution" }

local FIGURE_FORMS = { html = "svg", pdf = "live.svg", docx = "png", jats = "png" }

local target, is_html = "html", true
local settings = {}
local numbered, depth, top_level = false, 6, 1
local labels, counts, section_counts = {}, {}, {}

local function problem(kind, what) pandoc.log.warn("poems|" .. kind .. "|" .. what) end
local function raw(text) return pandoc.RawBlock(target == "jats" and "jats" or "html", text) end
local function attribute(text) return (text:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;")) end
local function kind_of(id)
  local kind = id:match("^(%a+)%-.")
  return kind and NAMES[kind] and kind or nil
end
local function register(id, number)
  if id == "" then return end
  if labels[id] then problem("duplicate", id) end
  labels[id] = { number = number }
end
local function next_number(kind)
  counts[kind] = (counts[kind] or 0) + 1
  return tostring(counts[kind])
end
local function text_only(inlines)
  local nothing = function() return {} end
  return pandoc.utils.stringify(pandoc.Inlines(inlines):walk { Cite = nothing, Note = nothing })
end
local function styled(blocks, style) return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style })) end

-- Images ---------------------------------------------------------------------------------------------------

local function shape_image(image, fallback)
  if image.attributes.shaped then return image end
  local alt = image.attributes["fig-alt"] or text_only(image.caption)
  if alt == "" and fallback then alt = text_only(fallback) end
  if alt == "" then problem("alt", image.src) end
  -- pandoc's JATS writer puts an alternative text into the file as it stands
  if target == "jats" then alt = alt:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;") end
  image.caption = pandoc.Inlines(alt == "" and {} or { pandoc.Str(alt) })
  image.attributes["fig-alt"], image.attributes["fig-align"] = nil, nil
  image.attributes.shaped = "yes"
  image.src = image.src:gsub("^/", "")
  image.src = image.src:gsub("%.figure$", "." .. FIGURE_FORMS[target])
  image.title = ""
  return image
end

local function images_only(block)
  if block.t ~= "Para" and block.t ~= "Plain" then return nil end
  local images = pandoc.List {}
  for _, inline in ipairs(block.content) do
    if inline.t == "Image" then images:insert(inline)
    elseif inline.t ~= "Space" and inline.t ~= "SoftBreak" and inline.t ~= "LineBreak" then return nil end
  end
  return #images > 0 and images or nil
end

-- Floats ---------------------------------------------------------------------------------------------------

--- The label ("Figure 1", "(a)") and the caption, joined as every format but JATS shows them.
local function full_caption(label, caption, is_panel)
  local out = pandoc.Inlines {}
  if label ~= "" then
    out:insert(pandoc.Str((label:gsub(" ", "\u{a0}", 1)) .. ((is_panel or #caption == 0) and "" or ":")))
    if #caption > 0 then out:insert(pandoc.Space()) end
  end
  out:extend(caption)
  return out
end

--- In JATS pandoc writes a block of this class as that element, and any other as a `boxed-text`.
local function caption_element(inlines) return pandoc.Div({ pandoc.Para(inlines) }, pandoc.Attr("", { "caption" })) end

local function emit_float(float)
  local kind, caption = float.kind, full_caption(float.label, float.caption, float.is_panel)
  local out = pandoc.Blocks {}
  if target == "jats" then
    if float.label ~= "" and not float.is_panel then out:insert(raw("<label>" .. float.label .. "</label>")) end
    local words = float.is_panel and caption or float.caption
    if #words > 0 then out:insert(caption_element(words)) end
    out:extend(float.content)
    local group = float.has_panels and { ["specific-use"] = "group" } or {}
    local tag = kind == "tbl" and "table-wrap" or "fig"
    return pandoc.Blocks { pandoc.Div(out, pandoc.Attr(float.id, { tag }, group)) }
  end
  if is_html then
    local place = kind == "tbl" and "top" or "bottom"
    local shown = pandoc.Blocks {}
    if #caption > 0 then
      local classes = ("quarto-float-caption-%s quarto-float-caption quarto-float-%s"):format(place, kind)
      shown:extend { raw('<figcaption class="' .. classes .. '">'), pandoc.Plain(caption), raw("</figcaption>") }
    end
    out:insert(raw(('<figure class="quarto-float quarto-float-%s figure">'):format(kind)))
    if place == "top" then out:extend(shown) end
    out:extend(float.content)
    if place == "bottom" then out:extend(shown) end
    out:insert(raw("</figure>"))
    return pandoc.Blocks { pandoc.Div(out, pandoc.Attr(float.id, { "quarto-float" })) }
  end
  local shown = styled({ pandoc.Para(caption) }, kind == "tbl" and "Table Caption" or "Image Caption")
  local content = (kind == "tbl" or float.has_panels) and float.content or { styled(float.content, "Captioned Figure") }
  if kind == "tbl" and not float.has_panels and #caption > 0 then out:insert(shown) end
  out:extend(content)
  if (kind ~= "tbl" or float.has_panels) and #caption > 0 then out:insert(shown) end
  return pandoc.Blocks { pandoc.Div(out, pandoc.Attr(float.id)) }
end

local function column_widths(tbl, stated)
  local parts, sum = pandoc.List {}, 0
  for part in stated:gmatch("[%d.]+") do
    parts:insert(tonumber(part))
    sum = sum + tonumber(part)
  end
  if #parts ~= #tbl.colspecs then return problem("colwidths", stated) end
  for n, spec in ipairs(tbl.colspecs) do tbl.colspecs[n] = { spec[1], parts[n] / sum } end
end

--- What a block is as a float: kind, id, caption, content; nil if it is none.
local function as_float(block)
  if block.t == "Figure" then
    local caption = pandoc.utils.blocks_to_inlines(block.caption.long)
    local content = pandoc.Blocks(block.content):walk { Image = function(i) return shape_image(i, caption) end }
    return { kind = "fig", id = block.identifier, caption = caption, content = content }
  elseif block.t == "Table" then
    local caption = pandoc.utils.blocks_to_inlines(block.caption.long)
    local stated, id = block.attributes["tbl-colwidths"], block.identifier
    if stated then column_widths(block, stated) end
    block.caption = pandoc.Caption {}
    block.attr = pandoc.Attr("", block.classes)
    return { kind = "tbl", id = id, caption = caption, content = pandoc.Blocks { block } }
  end
  local images = images_only(block)
  if images and #images == 1 then
    local image = images[1]
    local id = image.identifier
    image.identifier = ""
    return { kind = "fig", id = id, caption = pandoc.Inlines {}, content = pandoc.Blocks { pandoc.Para { image } } }
  end
  return nil
end

local function finish(float, number, letter)
  if letter then float.is_panel = true end
  if kind_of(float.id) == float.kind then
    number = letter and ("%s (%s)"):format(number, letter) or next_number(float.kind)
    register(float.id, number)
    float.label = letter and "(" .. letter .. ")" or NAMES[float.kind] .. " " .. number
  else
    float.label = ""
  end
  float.content = float.content:walk { Image = function(i) return shape_image(i, float.caption) end }
  return emit_float(float)
end

local function layout(cells, columns)
  if target == "jats" then
    local out = pandoc.Blocks {}
    for _, cell in ipairs(cells) do out:extend(cell) end
    return out
  elseif is_html then
    local panel = pandoc.Blocks {}
    for n, cell in ipairs(cells) do
      if (n - 1) % columns == 0 then panel:insert(pandoc.Div({}, pandoc.Attr("", { "quarto-layout-row" }))) end
      local style = ("flex-basis: %.1f%%"):format(100 / columns)
      panel[#panel].content:insert(pandoc.Div(cell, pandoc.Attr("", { "quarto-layout-cell" }, { style = style })))
    end
    return pandoc.Blocks {
      pandoc.Div(panel, pandoc.Attr("", { "quarto-layout-panel" }, { ["layout-ncol"] = tostring(columns) })),
    }
  end
  local aligns, widths, rows = pandoc.List {}, pandoc.List {}, pandoc.List {}
  for _ = 1, columns do
    aligns:insert(pandoc.AlignCenter)
    widths:insert(1 / columns)
  end
  for n, cell in ipairs(cells) do
    if (n - 1) % columns == 0 then rows:insert(pandoc.List {}) end
    rows[#rows]:insert(cell:walk { Image = function(image)
      if not image.attributes.width and not image.attributes.height then
        image.attributes.width = ("%.0f%%"):format(96 / columns)
      end
      return image
    end })
  end
  while #rows[#rows] < columns do rows[#rows]:insert(pandoc.Blocks {}) end
  return pandoc.Blocks { pandoc.utils.from_simple_table(pandoc.SimpleTable({}, aligns, widths, {}, rows)) }
end

local inner -- the filter for blocks inside a float, set below

--- A fenced float (`::: {#fig-x}`), with panels where its parts have ids of their own, or a plain layout.
local function fenced(div)
  local kind = kind_of(div.identifier)
  local blocks, caption = pandoc.Blocks {}, pandoc.Inlines {}
  for n, block in ipairs(div.content) do
    local images = images_only(block)
    if images and #images > 1 then
      for _, image in ipairs(images) do blocks:insert(pandoc.Para { image }) end
    elseif kind and n == #div.content and not images and (block.t == "Para" or block.t == "Plain") then
      caption = block.content
    else
      blocks:insert(block)
    end
  end
  if kind and #caption == 0 and #blocks == 1 and (blocks[1].t == "Figure" or blocks[1].t == "Table") then
    local only = as_float(blocks[1])
    caption, blocks = only.caption, only.content
  end
  local number = kind and next_number(kind)
  if kind then register(div.identifier, number) end
  local cells, panels = pandoc.List {}, 0
  for _, block in ipairs(blocks) do
    local float = block.t == "Div" and kind_of(block.identifier) == kind and kind
      and { kind = kind, id = block.identifier, caption = pandoc.Inlines {}, content = block.content }
      or as_float(block)
    if float and block.t == "Div" and #float.content > 1 and float.content[#float.content].t == "Para" then
      float.caption = float.content[#float.content].content
      float.content:remove()
    end
    if float and kind and kind_of(float.id) == kind then
      panels = panels + 1
      cells:insert(finish(float, number, string.char(96 + panels)))
    elseif float and kind and #float.caption == 0 then
      cells:insert(float.content)
    elseif float and (#float.caption > 0 or float.id ~= "") then
      cells:insert(finish(float))
    else
      cells:insert(pandoc.Blocks { block }:walk(inner))
    end
  end
  local columns, widths = tonumber(div.attributes["layout-ncol"] or "1"), div.attributes["tbl-colwidths"]
  local content
  if columns > 1 then
    content = layout(cells, columns)
  else
    content = pandoc.Blocks {}
    for _, cell in ipairs(cells) do content:extend(cell) end
  end
  if not kind then return pandoc.Blocks(content) end
  content = content:walk {
    Image = function(i) return shape_image(i, caption) end,
    Table = widths and function(t) column_widths(t, widths) return t end,
  }
  return emit_float {
    kind = kind, id = div.identifier, caption = caption, content = content,
    label = NAMES[kind] .. " " .. number, has_panels = panels > 0,
  }
end

-- Boxes ----------------------------------------------------------------------------------------------------

local function split_title(div)
  local blocks = pandoc.Blocks(div.content)
  local title = nil
  if div.attributes.title then
    title = pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes.title, "markdown").blocks)
  elseif blocks[1] and blocks[1].t == "Header" then
    title = blocks[1].content
    blocks:remove(1)
  end
  return title, blocks
end

local function callout(div, kind)
  local title, blocks = split_title(div)
  local name = kind:sub(1, 1):upper() .. kind:sub(2)
  local look = div.attributes.appearance or "default"
  if look == "default" then title = title or pandoc.Inlines { pandoc.Str(name) } end
  local label = kind_of(div.identifier)
  if label then
    local number = next_number(label)
    register(div.identifier, number)
    local head = pandoc.Inlines { pandoc.Str(NAMES[label] .. "\u{a0}" .. number) }
    if title then head:extend { pandoc.Str(":"), pandoc.Space() } end
    title = head .. (title or {})
  end
  blocks = blocks:walk(inner)
  if target == "jats" then
    if title then blocks:insert(1, caption_element(title)) end
    return pandoc.Div(blocks, pandoc.Attr(div.identifier, {}, { ["content-type"] = kind }))
  elseif is_html then
    local fold = div.attributes.collapse
    local classes = ("callout callout-style-%s callout-%s%s%s"):format(
      look, kind, title and " callout-titled" or "", fold and " callout-collapse" or "")
    local id = div.identifier ~= "" and (' id="%s"'):format(attribute(div.identifier)) or ""
    local outer, head = fold and "details" or "div", fold and "summary" or "div"
    local open = fold == "false" and " open" or ""
    local out = pandoc.Blocks { raw(('<%s class="%s"%s%s>'):format(outer, classes, id, open)) }
    if title then
      out:insert(raw(('<%s class="callout-header">'):format(head)))
      if div.attributes.icon ~= "false" then
        out:insert(raw('<div class="callout-icon-container"><i class="callout-icon"></i></div>'))
      end
      out:extend { raw('<div class="callout-title-container">'), pandoc.Plain(title), raw(("</div></%s>"):format(head)) }
    end
    out:insert(pandoc.Div(blocks, pandoc.Attr("", { "callout-body-container", "callout-body" })))
    out:insert(raw("</" .. outer .. ">"))
    return out
  end
  local rows = pandoc.List {}
  if title then rows:insert { pandoc.Blocks { pandoc.Para { pandoc.Strong(title) } } } end
  rows:insert { blocks }
  local box = pandoc.utils.from_simple_table(pandoc.SimpleTable({}, { pandoc.AlignLeft }, { 1 }, {}, rows))
  return pandoc.Div({ box }, pandoc.Attr(div.identifier))
end

local function theorem(div, kind)
  local title, blocks = split_title(div)
  local number = next_number(kind)
  register(div.identifier, number)
  local head = pandoc.Inlines { pandoc.Str(NAMES[kind] .. "\u{a0}" .. number) }
  if title then
    head:extend { pandoc.Space(), pandoc.Str("(") }
    head:extend(title)
    head:insert(pandoc.Str(")"))
  end
  local lead = pandoc.Inlines { pandoc.Span({ pandoc.Strong(head) }, pandoc.Attr("", { "theorem-title" })), pandoc.Space() }
  if blocks[1] and blocks[1].t == "Para" then blocks[1].content = lead .. blocks[1].content
  else blocks:insert(1, pandoc.Para(lead)) end
  return pandoc.Div(blocks:walk(inner), pandoc.Attr(div.identifier, { "theorem" }))
end

local function page_break()
  if target == "docx" then return pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>') end
  if is_html then return pandoc.RawBlock("html", '<div style="page-break-after: always;"></div>') end
  return {}
end

-- First pass: number and shape --------------------------------------------------------------------------------

local function number_section(header)
  if header.classes:includes("unnumbered") then return nil end
  local place = header.level - top_level + 1
  section_counts[place] = (section_counts[place] or 0) + 1
  for deeper = place + 1, 6 do section_counts[deeper] = 0 end
  local parts = pandoc.List {}
  for n = 1, place do parts:insert(tostring(section_counts[n] or 0)) end
  return table.concat(parts, ".")
end

local function header(block)
  local number = number_section(block)
  register(block.identifier, number)
  if numbered and number and block.level - top_level < depth then
    local shown = pandoc.Span({ pandoc.Str(number) }, pandoc.Attr("", { "header-section-number" }))
    block.content = pandoc.Inlines { shown, pandoc.Space() } .. block.content
  end
  return block, true
end

--- `$$ ... $$ {#eq-x}`: the label follows its formula as text.
local function equations(inlines)
  local out, changed = pandoc.Inlines {}, false
  local n = 1
  while n <= #inlines do
    local this, gap, label = inlines[n], inlines[n + 1], inlines[n + 2]
    local is_math = this.t == "Math" and this.mathtype == "DisplayMath"
    if is_math and gap and gap.t == "Str" then gap, label = nil, gap end
    local id = is_math and label and label.t == "Str" and label.text:match("^{#(eq%-[%w_:.-]+)}")
    if id then
      local number = next_number("eq")
      register(id, number)
      this.text = this.text:gsub("%s+$", "") .. "\\qquad(" .. number .. ")"
      out:insert(pandoc.Span({ this }, pandoc.Attr(id)))
      local rest = label.text:match("^{[^}]*}(.*)$")
      if rest ~= "" then out:insert(pandoc.Str(rest)) end
      changed, n = true, n + (gap and 3 or 2)
    else
      out:insert(this)
      n = n + 1
    end
  end
  return changed and out or nil
end

--- Word splits a paragraph at a displayed formula, and loses the bookmark unless the formula stands alone.
local function paragraph(block)
  local images = images_only(block)
  if images and #images == 1 and block.t == "Para" then
    local float = as_float(block)
    if kind_of(float.id) == "fig" then return finish(float), false end
  end
  local changed = equations(block.content)
  if not changed then return nil end
  if target ~= "docx" then
    block.content = changed
    return block
  end
  local parts, out = pandoc.List { pandoc.Inlines {} }, pandoc.Blocks {}
  for _, inline in ipairs(changed) do
    local alone = inline.t == "Span" and inline.identifier:match("^eq%-")
    if alone then parts:insert(pandoc.Inlines {}) end
    parts[#parts]:insert(inline)
    if alone then parts:insert(pandoc.Inlines {}) end
  end
  for _, part in ipairs(parts) do
    if part:find_if(function(i) return i.t ~= "Space" and i.t ~= "SoftBreak" end) then
      out:insert(pandoc.Para(part))
    end
  end
  return out, false
end

local function div(block)
  local kind = kind_of(block.identifier)
  local class = block.classes:find_if(function(c) return c:match("^callout%-") end)
  if class and CALLOUTS:includes(class:sub(9)) then return callout(block, class:sub(9)), false end
  if kind == "fig" or kind == "tbl" or block.attributes["layout-ncol"] then return fenced(block), false end
  if kind and THEOREMS:includes(kind) then return theorem(block, kind), false end
  if block.classes:includes("pagebreak") then return page_break(), false end
  if block.classes:includes("panel-tabset") then
    block.content = block.content:walk { Header = function(h)
      if target == "jats" then return pandoc.Para { pandoc.Strong(h.content) } end
      h.identifier = ""
      h.classes = { "unnumbered", "unlisted" }
      return h
    end }
  end
  return block, true
end

local function code(block)
  local fold, summary = block.attributes["code-fold"], block.attributes["code-summary"]
  if not fold then return nil end
  block.attributes["code-fold"], block.attributes["code-summary"] = nil, nil
  if not is_html then return block end
  local open = fold == "show" and " open" or ""
  summary = attribute(summary or "Code")
  return { raw(('<details class="code-fold"%s><summary>%s</summary>'):format(open, summary)), block, raw("</details>") }
end

local function tabulated(block)
  local float = as_float(block)
  if kind_of(float.id) == "tbl" then return finish(float), false end
  block.caption = pandoc.Caption(#float.caption > 0 and { pandoc.Plain(float.caption) } or {})
  return block, true
end

local function figure(block)
  local float = as_float(block)
  if kind_of(float.id) == "fig" or target == "jats" then return finish(float), false end
  block.content = float.content
  return block, false
end

inner = {
  traverse = "topdown", Header = header, Figure = figure, Table = tabulated, Div = div, CodeBlock = code,
  Para = paragraph, Plain = paragraph,
}

-- Second pass: resolve ----------------------------------------------------------------------------------------

local function resolve(cite)
  local ours = pandoc.List(cite.citations):filter(function(c)
    return kind_of(c.id:sub(1, 1):lower() .. c.id:sub(2)) ~= nil
  end)
  if #ours == 0 then return nil end
  if #ours < #cite.citations then problem("mixed", ours[1].id) end
  local out = pandoc.Inlines {}
  for n, citation in ipairs(ours) do
    local id = citation.id:sub(1, 1):lower() .. citation.id:sub(2)
    local found = labels[id]
    if not found or not found.number then
      problem("unresolved", citation.id)
      found = { number = "?@" .. id }
    end
    local shown = pandoc.Inlines {}
    if #citation.prefix > 0 then
      shown:extend(citation.prefix)
      shown:insert(pandoc.Str("\u{a0}" .. found.number))
    elseif citation.mode == "SuppressAuthor" then
      shown:insert(pandoc.Str(found.number))
    else
      shown:insert(pandoc.Str(NAMES[kind_of(id)] .. "\u{a0}" .. found.number))
    end
    if n > 1 then out:extend { pandoc.Str(","), pandoc.Space() } end
    out:insert(pandoc.Link(shown, "#" .. id, "", pandoc.Attr("", { "quarto-xref" })))
    out:extend(citation.suffix)
  end
  return out
end

local function last_touches(image)
  local shaped = shape_image(image)
  shaped.attributes.shaped = nil
  if is_html then shaped.classes:insert("img-fluid") end
  pandoc.log.info("poems|image|" .. shaped.src)
  return shaped
end

local function resolve_meta(value)
  local kind = pandoc.utils.type(value)
  if kind == "Inlines" or kind == "Blocks" then return value:walk { Cite = resolve } end
  if kind == "table" or kind == "List" then
    for key, item in pairs(value) do value[key] = resolve_meta(item) end
  end
  return value
end

--- An appendix stands at the end of the page, whatever follows it in the source.
local function move_appendices(blocks)
  local body, back, inside = pandoc.Blocks {}, pandoc.Blocks {}, nil
  for _, block in ipairs(blocks) do
    if block.t == "Header" and (not inside or block.level <= inside) then
      inside = block.classes:includes("appendix") and block.level or nil
    end
    (inside and back or body):insert(block)
  end
  return body .. back
end

-- Before all: what a cell or a condition left behind -----------------------------------------------------------

--- Whether a setting, such as `plain-language` or `parts.summary`, is `true`.
local function is_set(path)
  local value = settings
  for key in path:gmatch("[^.]+") do value = type(value) == "table" and value[key] or nil end
  return value == true
end

--- A block, a part of a sentence or shown code that is there under a condition.
local function conditional(element)
  local shown, hidden = element.classes:includes("content-visible"), element.classes:includes("content-hidden")
  if not shown and not hidden then return nil end
  local asked = element.attributes
  local holds = (not asked["when-format"] or asked["when-format"] == target)
    and (not asked["unless-format"] or asked["unless-format"] ~= target)
    and (not asked["when-meta"] or is_set(asked["when-meta"]))
    and (not asked["unless-meta"] or not is_set(asked["unless-meta"]))
  if holds ~= shown then return {} end
  return element.t == "CodeBlock" and element or element.content
end

local function prepare(block)
  if block.classes:includes("cell-table") then
    local read = pandoc.read(block.content[1].text, "html").blocks:walk { Span = function(span)
      local markdown = span.attributes["qmd"]
      return markdown and pandoc.utils.blocks_to_inlines(pandoc.read(markdown, "markdown").blocks)
    end }
    if target == "jats" then
      read = read:walk { Table = function(t)
        local plain = function(rows)
          for _, row in ipairs(rows) do
            for _, cell in ipairs(row.cells) do cell.alignment = pandoc.AlignDefault end
          end
        end
        for n, spec in ipairs(t.colspecs) do t.colspecs[n] = { pandoc.AlignDefault, spec[2] } end
        plain(t.head.rows)
        for _, body in ipairs(t.bodies) do
          plain(body.head)
          plain(body.body)
        end
        plain(t.foot.rows)
        return t
      end }
    end
    return read
  end
  if block.classes:includes("cell-output") and target == "jats" then return block.content end
  return conditional(block)
end

--- Raw pieces for another format, which would vanish without a word (comments may), and links to no id of the
--- document; entries of the bibliography come later. A function for each kind that matters: one for all is slow.
local function lost(blocks)
  local own = { html = "html", pdf = "html", docx = "openxml", jats = "jats" }
  local ids, links = {}, pandoc.List {}
  local note = function(element) ids[element.identifier] = true end
  local check = function(element)
    for id in element.text:gmatch('id="([^"]+)"') do ids[id] = true end
    local fits = element.format == own[target] or (is_html and element.format:match("^html"))
    if not fits and not element.text:match("^%s*<!%-%-") then
      problem("raw", element.text:match("[^\n]+") or "")
    end
  end
  blocks:walk {
    RawBlock = check, RawInline = check,
    Header = note, Div = note, Figure = note, Table = note, CodeBlock = note, Code = note, Image = note, Span = note,
    Link = function(link)
      note(link)
      local id = link.target:match("^#(.+)")
      if id and not id:match("^ref%-") and not link.classes:includes("quarto-xref") then links:insert(id) end
    end,
  }
  for _, id in ipairs(links) do
    if not ids[id] then problem("link", "#" .. id) end
  end
end

function Pandoc(doc)
  target = pandoc.utils.stringify(doc.meta["engine-target"] or "html")
  is_html = target == "html" or target == "pdf"
  numbered = doc.meta["number-sections"] == true
  depth = tonumber(pandoc.utils.stringify(doc.meta["number-depth"] or "6"))
  settings = doc.meta
  doc = doc:walk { Div = prepare, Span = conditional, CodeBlock = conditional }
  top_level = 7
  doc.blocks:walk {
    traverse = "topdown",
    Header = function(h) top_level = math.min(top_level, h.level) end,
    Div = function(d)
      local closed = kind_of(d.identifier) or d.classes:includes("panel-tabset")
        or d.classes:find_if(function(c) return c:match("^callout") end)
      return nil, not closed
    end,
  }
  doc.blocks = doc.blocks:walk(inner)
  doc.blocks = doc.blocks:walk { Image = last_touches, Cite = resolve }
  for key, value in pairs(doc.meta) do doc.meta[key] = resolve_meta(value) end
  lost(doc.blocks)
  if is_html then doc.blocks = move_appendices(doc.blocks) end
  return doc
end
