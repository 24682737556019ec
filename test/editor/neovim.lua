-- A person at work in Neovim: sees a mistake, applies its fix, renames across files, asks for a type. What was seen is written as JSON.
local told = {}

local function finish()
  local file = io.open(vim.env.NETC_TOLD, "w")
  file:write(vim.json and vim.json.encode(told) or vim.fn.json_encode(told))
  file:close()
  vim.cmd("qall!")
end

local function ask(method, parameters)
  for _, reply in pairs(vim.lsp.buf_request_sync(0, method, parameters, 20000) or {}) do
    if reply.result then return reply.result end
  end
end

local function at(line, character)
  return { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = line, character = character } }
end

local fine, fault = pcall(function()
  vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    table.insert(told, { step = "mistake", line = diagnostic.lnum, code = diagnostic.code or diagnostic.user_data.lsp.code })
  end

  local place = at(4, 25)
  local actions = ask("textDocument/codeAction", { textDocument = place.textDocument, range = { start = place.position, ["end"] = place.position }, context = { diagnostics = {} } })
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  vim.wait(20000, function() return #vim.diagnostic.get(0) == 0 end, 20)
  table.insert(told, { step = "fixed", text = vim.api.nvim_buf_get_lines(0, 4, 5, false)[1], left = #vim.diagnostic.get(0) })

  local parameters = at(3, 15)
  parameters.newName = "twofold"
  vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", parameters), "utf-16")
  local other = vim.fn.bufnr(vim.env.NETC_OTHER)
  table.insert(told, { step = "renamed", text = vim.api.nvim_buf_get_lines(0, 3, 4, false)[1], other = vim.api.nvim_buf_get_lines(other, 0, 1, false)[1] })

  vim.cmd("silent wall")
  table.insert(told, { step = "hover", text = ask("textDocument/hover", at(3, 7)).contents.value })
end)
if not fine then table.insert(told, { step = "fault", text = tostring(fault) }) end
finish()
