-- A number's origin travels in the attributes of a span (see poems_report/manuscript/origin.py). HTML shows it;
-- in every other format the number is plain text.

function Pandoc(doc)
  local target = doc.meta["engine-target"]
  local shows = FORMAT:match("^html") and (not target or pandoc.utils.stringify(target) == "html")
  if shows then return nil end
  return doc:walk { Span = function(span)
    if span.classes:includes("result") then return span.content end
  end }
end
